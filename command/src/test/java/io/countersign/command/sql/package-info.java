@NullMarked
package io.countersign.command.sql;

import org.jspecify.annotations.NullMarked;
