@NullMarked
package io.countersign.executors.sql;

import org.jspecify.annotations.NullMarked;
