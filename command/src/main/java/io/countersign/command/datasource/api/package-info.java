/** The published language of data sources. */
@NullMarked
package io.countersign.command.datasource.api;

import org.jspecify.annotations.NullMarked;
