package io.countersign.web.admin;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.query.action.api.Actions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.servlet.ModelAndView;

/** Pages for what goes wrong in the console: what happened, whether anything was changed, what to do next. */
@ControllerAdvice(basePackageClasses = Faults.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    @ExceptionHandler(NotHere.class)
    @ResponseStatus(HttpStatus.NOT_FOUND)
    ModelAndView notHere() {
        return new ModelAndView("error/404");
    }

    @ExceptionHandler(Refused.class)
    ModelAndView refused(Refused refused) {
        var status = refused.code() == RefusalCode.NOT_FOUND ? HttpStatus.NOT_FOUND
                : refused.code() == RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE ? HttpStatus.SERVICE_UNAVAILABLE
                : refused.code() == RefusalCode.FORBIDDEN || refused.code() == RefusalCode.INSUFFICIENT_ROLE ? HttpStatus.FORBIDDEN
                : HttpStatus.BAD_REQUEST;
        var page = new ModelAndView("error/" + status.value());
        page.setStatus(status);
        page.addObject("sentence", refused.getMessage());
        return page;
    }

    @ExceptionHandler({Actions.Lagging.class, DataAccessResourceFailureException.class, TransientDataAccessException.class})
    @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
    ModelAndView unavailable(RuntimeException cause) {
        LOG.warn("The console could not be served: {}", cause.getMessage());
        return new ModelAndView("error/503");
    }

    @ExceptionHandler(DataAccessException.class)
    @ResponseStatus(HttpStatus.INTERNAL_SERVER_ERROR)
    ModelAndView broken(DataAccessException cause) {
        LOG.error("The console failed", cause);
        return new ModelAndView("error/500");
    }
}
