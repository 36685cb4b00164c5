/** Runs the projections, keeps their positions, rebuilds them beside the live ones. */
@NullMarked
package io.countersign.query.projection;

import org.jspecify.annotations.NullMarked;
