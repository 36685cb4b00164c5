/** The console as a browser sees it. */
@NullMarked
package io.countersign.web.admin;

import org.jspecify.annotations.NullMarked;
