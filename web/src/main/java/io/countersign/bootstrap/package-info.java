/** Assembly only: settings, first run, clock, start-up. */
@NullMarked
package io.countersign.bootstrap;

import org.jspecify.annotations.NullMarked;
