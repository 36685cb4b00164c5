/** The database under the event store: which server, which roles, which schema, and whether it can be trusted with our events. */
@NullMarked
package io.countersign.command.database;

import org.jspecify.annotations.NullMarked;
