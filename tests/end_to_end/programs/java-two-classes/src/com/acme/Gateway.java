package com.acme;

final class Gateway {
    static final String BASE = "https://api.portkey.ai/v1";

    private Gateway() {}

    static String key() {
        String key = System.getenv("PORTKEY_API_KEY");
        return key == null ? "" : key;
    }
}
