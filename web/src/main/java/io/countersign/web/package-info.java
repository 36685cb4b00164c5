/** What people and agents see: pages, endpoints and the guards before them. */
@NullMarked
package io.countersign.web;

import org.jspecify.annotations.NullMarked;
