package io.tiphys.support;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;

/// Hears what a class says in the log, until it is closed.
public final class LogListener extends Handler implements AutoCloseable {

    private final Logger logger;
    private final List<String> said = new CopyOnWriteArrayList<>();

    public LogListener(Class<?> of) {
        logger = Logger.getLogger(of.getName());
        logger.addHandler(this);
    }

    /// What was said until now.
    public List<String> said() {
        return said;
    }

    @Override
    public void publish(LogRecord record) {
        said.add(
                record instanceof ExtLogRecord formatted
                        ? formatted.getFormattedMessage()
                        : record.getMessage());
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
