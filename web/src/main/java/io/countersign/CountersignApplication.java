package io.countersign;
public class CountersignApplication { public static void main(String[] a) { System.out.println("RUN " + System.getProperty("java.version") + " " + System.getProperty("user.dir")); } }
