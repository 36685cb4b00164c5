package io.countersign.command.catalogue.api;

import java.math.BigDecimal;
import java.util.Currency;
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

    /** For people, such as {@code 12.50 EUR}. */
    public String text() {
        return BigDecimal.valueOf(amount, exponent).toPlainString() + " " + currency;
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
