/** Programs that are run. */
@NullMarked
package io.countersign.executors.exec;

import org.jspecify.annotations.NullMarked;
