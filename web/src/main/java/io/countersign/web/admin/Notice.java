package io.countersign.web.admin;

import java.util.List;
import org.springframework.ui.Model;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** One line on the next page that says what just happened. Text only, because it rests in the session for a moment. */
final class Notice {

    private Notice() {}

    static void ok(RedirectAttributes next, String sentence) {
        put(next, "ok", sentence, List.of());
    }

    static void warn(RedirectAttributes next, String sentence) {
        put(next, "warn", sentence, List.of());
    }

    /** On this page. */
    static void warn(Model page, String sentence) {
        page.addAttribute("notice", sentence);
        page.addAttribute("noticeKind", "warn");
    }

    static void put(RedirectAttributes next, String kind, String sentence, List<String> details) {
        next.addFlashAttribute("notice", sentence);
        next.addFlashAttribute("noticeKind", kind);
        next.addFlashAttribute("noticeDetails", String.join("\n", details));
    }
}
