/** People and agents: who they are, what they may do, and the keys they hold. */
@NullMarked
package io.countersign.command.principal;

import org.jspecify.annotations.NullMarked;
