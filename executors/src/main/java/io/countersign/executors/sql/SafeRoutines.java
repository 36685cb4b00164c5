package io.countersign.executors.sql;

import java.util.Set;

/**
 * The functions and types of {@code pg_catalog} that do nothing but compute. A function that is not here is not understood: it may read
 * files, sleep, write, tell settings, or run a text as SQL, as {@code query_to_xml} does.
 */
final class SafeRoutines {

    static final Set<String> FUNCTIONS = words("""
            count sum avg min max every bool_and bool_or bit_and bit_or bit_xor array_agg string_agg json_agg jsonb_agg json_object_agg
            jsonb_object_agg stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp regr_avgx regr_avgy regr_count
            regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy mode percentile_cont percentile_disc any_value grouping
            rank dense_rank percent_rank cume_dist row_number ntile lag lead first_value last_value nth_value
            range_agg range_intersect_agg
            coalesce nullif greatest least num_nulls num_nonnulls
            abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log10 power pow mod div gcd lcm factorial pi degrees radians
            sin cos tan cot asin acos atan atan2 sind cosd tand asind acosd atand atan2d cotd sinh cosh tanh asinh acosh atanh width_bucket scale min_scale trim_scale random
            lower upper initcap length char_length character_length octet_length bit_length btrim ltrim rtrim trim substr substring position
            strpos left right replace translate reverse overlay concat concat_ws split_part starts_with ascii chr md5 to_hex to_bin to_oct
            quote_literal quote_ident quote_nullable format regexp_replace regexp_match regexp_matches regexp_count regexp_instr regexp_like
            regexp_substr regexp_split_to_array regexp_split_to_table string_to_array string_to_table array_to_string encode decode
            sha224 sha256 sha384 sha512 unistr normalize casefold
            now transaction_timestamp statement_timestamp clock_timestamp timeofday date_trunc date_part extract age make_date make_time
            make_timestamp make_timestamptz make_interval to_char to_date to_timestamp to_number justify_days justify_hours justify_interval
            isfinite date_bin timezone like_escape similar_to_escape date_add date_subtract overlaps
            int2 int4 int8 float4 float8 numeric text date time timetz timestamp timestamptz interval bool varchar bpchar
            to_json to_jsonb row_to_json array_to_json json_build_array json_build_object jsonb_build_array jsonb_build_object json_object
            jsonb_object json_array_length jsonb_array_length json_each jsonb_each json_each_text jsonb_each_text json_extract_path
            jsonb_extract_path json_extract_path_text jsonb_extract_path_text json_object_keys jsonb_object_keys json_array_elements
            jsonb_array_elements json_array_elements_text jsonb_array_elements_text json_typeof jsonb_typeof json_strip_nulls
            jsonb_strip_nulls jsonb_set jsonb_set_lax jsonb_insert jsonb_pretty json_to_record jsonb_to_record json_to_recordset
            jsonb_to_recordset jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first
            array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions array_prepend
            array_remove array_replace array_upper cardinality unnest trim_array array_sample array_shuffle array_sort array_reverse
            generate_series generate_subscripts isempty lower_inc upper_inc lower_inf upper_inf range_merge int4range int8range numrange
            tsrange tstzrange daterange
            to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline tsvector_to_array
            host network netmask broadcast masklen family hostmask inet_same_family inet_merge abbrev
            pg_typeof gen_random_uuid uuidv4 uuidv7 uuid_extract_timestamp uuid_extract_version erf erfc gamma lgamma
            version current_database""");

    static final Set<String> TYPES = words("""
            bool boolean smallint int2 integer int int4 bigint int8 real float4 float8 float double decimal numeric money char character bpchar
            varchar text name bytea date time timetz timestamp timestamptz interval json jsonb uuid inet cidr macaddr macaddr8 bit varbit xml
            point line lseg box path polygon circle tsvector tsquery int4range int8range numrange tsrange tstzrange daterange
            int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange jsonpath precision varying""");

    /** Tables of the server's own catalogue that describe the tables there are, and nothing of what stands in them. */
    static final Set<String> CATALOGUE = words("""
            pg_catalog.pg_class pg_catalog.pg_namespace pg_catalog.pg_attribute pg_catalog.pg_type pg_catalog.pg_index
            pg_catalog.pg_constraint pg_catalog.pg_inherits
            information_schema.tables information_schema.columns information_schema.schemata information_schema.table_constraints
            information_schema.key_column_usage information_schema.constraint_column_usage information_schema.referential_constraints""");

    /** Extensions whose functions and operators compute only. */
    static final Set<String> EXTENSIONS = words("""
            citext hstore pg_trgm ltree intarray cube earthdistance fuzzystrmatch unaccent uuid-ossp isn seg btree_gin btree_gist vector""");

    private SafeRoutines() {}

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }
}
