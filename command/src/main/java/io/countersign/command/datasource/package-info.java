/** The databases that agents may ask. */
@NullMarked
package io.countersign.command.datasource;

import org.jspecify.annotations.NullMarked;
