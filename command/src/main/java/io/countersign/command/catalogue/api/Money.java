package io.countersign.command.catalogue.api;

import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An amount of money.
 *
 * @param amount in the smallest unit; not negative
 * @param currency its code, in capitals
 * @param exponent digits behind the point
 */
public record Money(long amount, String currency, int exponent) {

    /** Digits behind the point, at most. */
    public static final int MOST_DIGITS = 18;

    private static final Map<String, Integer> COINS = Map.of("USDC", 6, "USDT", 6, "EURC", 6, "DAI", 18, "BTC", 8, "ETH", 18);

    /** For people, such as {@code 9,812.50 EUR}. */
    public String text() {
        DecimalFormat grouped = new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT));
        grouped.setMinimumFractionDigits(exponent);
        grouped.setMaximumFractionDigits(exponent);
        return grouped.format(BigDecimal.valueOf(amount, exponent)) + " " + currency;
    }

    /**
     * For people, where only the code of a currency is known. One that not everybody knows is left in its smallest unit, and the text says so.
     *
     * @param currency its code in any case; empty when it is not known
     */
    public static String text(long amount, String currency) {
        String code = currency.toUpperCase(Locale.ROOT);
        OptionalInt digits = exponentOf(code);
        return digits.isPresent() ? new Money(amount, code, digits.getAsInt()).text()
                : new Money(amount, code, 0).text().strip() + (code.isEmpty() ? " minor units" : " in minor units");
    }

    /** Another amount of the same currency. */
    public Money of(long other) {
        return new Money(other, currency, exponent);
    }

    /** Whether this can be the code of a currency. */
    public static boolean isCurrency(String code) {
        return code.matches("[A-Z0-9]{2,12}");
    }

    /** Digits behind the point of a currency that everybody knows; empty for others. */
    public static OptionalInt exponentOf(String currency) {
        if (COINS.containsKey(currency)) {
            return OptionalInt.of(COINS.get(currency));
        }
        return Currency.getAvailableCurrencies().stream().filter(known -> known.getCurrencyCode().equals(currency))
                .mapToInt(Currency::getDefaultFractionDigits).filter(digits -> digits >= 0).findFirst();
    }
}
