/** What the service asks of its database before it trusts it. */
@NullMarked
package io.countersign.command.database;

import org.jspecify.annotations.NullMarked;
