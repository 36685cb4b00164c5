package io.countersign.executors.sql;

import io.countersign.executors.Masking;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The answer of a database as JSON: so many rows, so many bytes, secrets masked. What is left out is said. */
final class Rows {

    private static final int MOST_BYTES = Masking.MAX_OUTPUT_BYTES - 8 * 1024;
    private static final int LONGEST_VALUE = 4_000;
    private static final int MOST_COLUMNS = 200;
    private static final int AT_A_TIME = 100;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final int mostRows;
    private final Masking masking;

    Rows(int mostRows, Masking masking) {
        this.mostRows = Math.clamp(mostRows, 1, ReadBySql.MOST_ROWS);
        this.masking = masking;
    }

    String of(Statement statement, String text) throws SQLException {
        statement.setEscapeProcessing(false);
        statement.setMaxRows(mostRows + 1);
        statement.setFetchSize(AT_A_TIME);
        ObjectNode answer = JSON.createObjectNode();
        try (ResultSet row = statement.executeQuery(text)) {
            ResultSetMetaData shape = row.getMetaData();
            int width = Math.min(shape.getColumnCount(), MOST_COLUMNS);
            ArrayNode columns = answer.putArray("columns");
            for (int i = 1; i <= width; i++) {
                columns.addObject().put("name", shape.getColumnLabel(i)).put("type", shape.getColumnTypeName(i));
            }
            ArrayNode rows = answer.putArray("rows");
            boolean truncated = shape.getColumnCount() > width;
            int bytes = JSON.writeValueAsBytes(columns).length;
            while (row.next()) {
                ArrayNode values = JSON.createArrayNode();
                for (int i = 1; i <= width; i++) {
                    values.add(value(row, i, shape.getColumnType(i)));
                }
                bytes += JSON.writeValueAsBytes(values).length + 1;
                if (rows.size() == mostRows || bytes > MOST_BYTES) {
                    truncated = true;
                    break;
                }
                rows.add(values);
            }
            answer.put("row_count", rows.size()).put("truncated", truncated);
        }
        return masking.output(answer);
    }

    private JsonNode value(ResultSet row, int column, int type) throws SQLException {
        @Nullable String text = row.getString(column);
        JsonNodeFactory nodes = JSON.getNodeFactory();
        if (text == null) {
            return nodes.nullNode();
        }
        return switch (type) {
            case Types.BIT, Types.BOOLEAN -> nodes.booleanNode(text.equals("t") || text.equals("true"));
            case Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL -> number(text);
            default -> nodes.stringNode(shortened(masking.text(text)));
        };
    }

    private static JsonNode number(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            return Math.abs(number.scale()) > 400 || text.length() > 400 ? JSON.getNodeFactory().stringNode(shortened(text))
                    : JSON.getNodeFactory().numberNode(number);
        } catch (NumberFormatException notANumber) {
            return JSON.getNodeFactory().stringNode(text); // NaN and Infinity
        }
    }

    private static String shortened(String text) {
        if (text.length() <= LONGEST_VALUE) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST_VALUE - 1)) ? LONGEST_VALUE - 1 : LONGEST_VALUE;
        return text.substring(0, end) + "… [shortened]";
    }
}
