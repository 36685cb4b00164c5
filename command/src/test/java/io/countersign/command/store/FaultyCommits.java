package io.countersign.command.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Real connections to a real server, whose commits meet the accidents that commits meet. */
final class FaultyCommits extends DelegatingDataSource {

    /** What happens around one commit. */
    @FunctionalInterface
    interface Fault {

        /** No accident. */
        Fault NONE = (connection, commit) -> commit.run();

        /** The server ends the session just before. */
        Fault KILLED_BEFORE = (connection, commit) -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("select pg_terminate_backend(pg_backend_pid())");
            }
            commit.run();
        };

        /** It is durable, but the answer never arrives. */
        Fault ANSWER_LOST = (connection, commit) -> {
            commit.run();
            throw new SQLException("The line went dead", "08006");
        };

        void around(Connection connection, Commit commit) throws SQLException;

        /** The node stops here, with its transaction open, until it is let go. */
        static Fault stoppedUntil(CountDownLatch reached, CountDownLatch goOn) {
            return (connection, commit) -> {
                reached.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                commit.run();
            };
        }
    }

    /** The commit itself. */
    @FunctionalInterface
    interface Commit {
        void run() throws SQLException;
    }

    private volatile Fault next = Fault.NONE;
    private volatile boolean unreachable;

    FaultyCommits(DataSource target) {
        super(target);
    }

    /** From now on every commit meets this. */
    void always(Fault fault) {
        next = fault;
    }

    /** The next commit meets this, later ones meet nothing. */
    void once(Fault fault) {
        next = (connection, commit) -> {
            next = Fault.NONE;
            fault.around(connection, commit);
        };
    }

    /** While true, there is no new connection to be had. */
    void unreachable(boolean yes) {
        unreachable = yes;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (unreachable) {
            throw new SQLException("No route to the server", "08001");
        }
        Connection real = super.getConnection();
        return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy,
                method, arguments) -> {
            if (method.getName().equals("commit")) {
                next.around(real, real::commit);
                return null;
            }
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
