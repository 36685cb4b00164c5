/** What the tests of all modules stand on. */
@NullMarked
package io.countersign.command.testing;

import org.jspecify.annotations.NullMarked;
