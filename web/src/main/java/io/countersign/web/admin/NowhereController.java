package io.countersign.web.admin;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Addresses of the console that lead nowhere get a page, not a document for machines. */
@Controller
class NowhereController {

    @RequestMapping("/admin/**")
    String nowhere() {
        throw new NotHere();
    }
}
