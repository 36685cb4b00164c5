package io.countersign.web.admin;

import java.io.Serial;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** There is nothing at this address, or nothing this reader may know of. */
@ResponseStatus(HttpStatus.NOT_FOUND)
class NotHere extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    NotHere() {
        super("not here", null, false, false);
    }
}
