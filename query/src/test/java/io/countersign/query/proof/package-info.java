/** Specifications of the tree, its checkpoints and its verifiers. */
@NullMarked
package io.countersign.query.proof;

import org.jspecify.annotations.NullMarked;
