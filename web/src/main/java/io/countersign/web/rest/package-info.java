/** The programming interface: actions, the projections' upkeep, and how errors are told (RFC 9457). */
@NullMarked
package io.countersign.web.rest;

import org.jspecify.annotations.NullMarked;
