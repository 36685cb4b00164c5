/** How the executors and the workers outside are doing. */
@NullMarked
package io.countersign.web.connectors;

import org.jspecify.annotations.NullMarked;
