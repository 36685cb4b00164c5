/** The programming interface, specified. */
@NullMarked
package io.countersign.web.rest;

import org.jspecify.annotations.NullMarked;
