/** Takes action types from jars that an operator has put into a folder, and lets them act through the same gate as all others. */
@NullMarked
package io.countersign.executors.plugin;

import org.jspecify.annotations.NullMarked;
