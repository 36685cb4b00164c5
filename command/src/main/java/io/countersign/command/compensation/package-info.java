/** Plans of what is to be made good after something went wrong, and how far that has come. */
@NullMarked
package io.countersign.command.compensation;

import org.jspecify.annotations.NullMarked;
