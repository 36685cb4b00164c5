@NullMarked
package io.countersign.command.datasource;

import org.jspecify.annotations.NullMarked;
