/** Changes files in the folder of an agent, and nowhere else; every change is journalled and can be undone. */
@NullMarked
package io.countersign.executors.file;

import org.jspecify.annotations.NullMarked;
