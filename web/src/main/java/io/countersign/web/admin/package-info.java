/** The console: server-rendered pages for the people who decide. */
@NullMarked
package io.countersign.web.admin;

import org.jspecify.annotations.NullMarked;
