/** Who is calling: keys, passwords, sessions, and what each of them may reach. */
@NullMarked
package io.countersign.web.security;

import org.jspecify.annotations.NullMarked;
