package io.countersign.web.admin;

import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ParameterFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.servlet.ModelAndView;

/**
 * What was typed into a form, and what is wrong with it, so that a refused form comes back with both. A password never comes back.
 *
 * @param whose what the form is about, where a page has one for each of several; empty otherwise
 * @param typed by field; a box that is not ticked is not among them
 * @param faults empty as long as nothing was refused
 */
record Form(String whose, Map<String, String> typed, List<Fault> faults) {

    /** What every page starts from. */
    static final Form UNTOUCHED = new Form("", Map.of(), List.of());

    private static final Set<String> NEVER_SHOWN = Set.of("password", "_csrf");
    private static final Pattern ENTRY = Pattern.compile("(.+)\\[([0-9]{1,6})]");

    Form {
        typed = Map.copyOf(typed);
        faults = List.copyOf(faults);
    }

    /** One thing wrong; {@code field} is empty when it is about no single field. */
    record Fault(String field, String sentence) {}

    /** A field as the page has it. */
    record Field(String name, String label) {}

    static Form filled(Map<String, String> typed) {
        return filled("", typed);
    }

    static Form filled(String whose, Map<String, String> typed) {
        var shown = new HashMap<>(typed);
        shown.keySet().removeAll(NEVER_SHOWN);
        return new Form(whose, shown, List.of());
    }

    Form wrong(String field, String sentence) {
        var all = new ArrayList<>(faults);
        all.add(new Fault(field, sentence));
        return new Form(whose, typed, all);
    }

    /**
     * The same with what was refused about it, in the words of the page.
     *
     * @param fields the page's field for what the command calls otherwise, or for a refusal's code; null for none
     */
    Form refused(Refused refused, Function<String, @Nullable Field> fields) {
        if (!(refused.details().get("details") instanceof List<?> details) || details.isEmpty()) {
            var field = fields.apply(refused.code().code());
            return wrong(field == null ? "" : field.name(), refused.getMessage());
        }
        var form = this;
        for (var detail : details) {
            form = switch (detail) {
                case ParameterFault fault -> form.wrong(fault.field(), fault.message(), fields);
                case Map<?, ?> fault -> form.wrong(String.valueOf(fault.get("field")), String.valueOf(fault.get("message")), fields);
                default -> form.wrong("", refused.getMessage());
            };
        }
        return form;
    }

    private Form wrong(String place, String message, Function<String, @Nullable Field> fields) {
        var entry = ENTRY.matcher(place);
        var numbered = entry.matches();
        var field = fields.apply(numbered ? entry.group(1) : place);
        var label = field == null ? place : field.label();
        return wrong(field == null ? "" : field.name(),
                said(numbered ? "Entry " + (Integer.parseInt(entry.group(2)) + 1) + " of " + label : label, message));
    }

    /** What is wrong is told as the end of a sentence, or as a whole one. */
    static String said(String label, String message) {
        return Character.isUpperCase(message.codePointAt(0)) ? message : label + " " + message + ".";
    }

    public boolean sound() {
        return faults.isEmpty();
    }

    /** Goes on when it was taken; otherwise answers with the page again, which holds what was typed. */
    ModelAndView answer(String onward, Model model, Supplier<String> page) {
        if (sound()) {
            return new ModelAndView("redirect:" + onward);
        }
        var again = new ModelAndView(page.get(), HttpStatus.UNPROCESSABLE_CONTENT);
        again.addObject("form", this);
        again.addObject("back", onward); // what was posted to may have no page of its own
        return again;
    }

    // ---- for the page ----

    /** This, when it is about that one; an untouched one otherwise. */
    public Form of(String one) {
        return whose.equals(one) ? this : UNTOUCHED;
    }

    /** What was typed, or what stands there at first. */
    public @Nullable String value(String field, @Nullable Object first) {
        return sound() ? first == null ? null : first.toString() : typed.getOrDefault(field, "");
    }

    public boolean ticked(String field, boolean first) {
        return sound() ? first : typed.containsKey(field);
    }

    /** For {@code aria-invalid}. */
    public @Nullable String invalid(String field) {
        return sentence(field) == null ? null : "true";
    }

    /** What is wrong with a field; null when nothing is. */
    public @Nullable String sentence(String field) {
        var all = faults.stream().filter(fault -> fault.field().equals(field)).map(Fault::sentence).toList();
        return all.isEmpty() ? null : String.join(" ", all);
    }

    /** For {@code aria-describedby}: where it stands what is wrong with a field, and its hint if it has one; null for neither. */
    public @Nullable String described(String id, String field, @Nullable String hint) {
        return sentence(field) == null ? hint : id + "-fault" + (hint == null ? "" : " " + hint);
    }
}
