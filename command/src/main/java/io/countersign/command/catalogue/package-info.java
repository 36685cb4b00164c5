/** Which actions exist, and on what terms they may be asked for. */
@NullMarked
package io.countersign.command.catalogue;

import org.jspecify.annotations.NullMarked;
