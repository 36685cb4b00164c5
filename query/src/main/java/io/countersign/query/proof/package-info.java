/** The Merkle tree over the log, its signed checkpoints, and whoever checks them. */
@NullMarked
package io.countersign.query.proof;

import org.jspecify.annotations.NullMarked;
