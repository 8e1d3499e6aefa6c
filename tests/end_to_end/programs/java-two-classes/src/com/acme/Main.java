package com.acme;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;

public class Main {
    public static void main(String[] arguments) throws Exception {
        Map<String, String> headers = new HashMap<>();
        headers.put("x-portkey-api-key", Gateway.key());
        headers.put("x-portkey-provider", "openai");
        headers.put("x-portkey-trace-id", "main");

        HttpRequest.Builder request = HttpRequest.newBuilder().uri(URI.create(Gateway.BASE + "/models"));
        headers.forEach((name, value) -> request.header(name, value));
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        System.out.println(response.statusCode());
    }
}
