/** The life of one requested action: the aggregate, its laws, and the way in. */
@NullMarked
package io.countersign.command.action;

import org.jspecify.annotations.NullMarked;
