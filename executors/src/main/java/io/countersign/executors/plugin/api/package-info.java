/** What a plug-in implements. It sees this package, the Java platform and its own jar, and nothing else of Countersign. */
@NullMarked
package io.countersign.executors.plugin.api;

import org.jspecify.annotations.NullMarked;
