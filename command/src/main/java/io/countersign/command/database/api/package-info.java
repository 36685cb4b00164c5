/** How the database is started, reached and migrated, by the service and by every test. */
@NullMarked
package io.countersign.command.database.api;

import org.jspecify.annotations.NullMarked;
