export const GATEWAY = 'https://api.portkey.ai/v1';
export const SHOP = 'https://shop.example.com';
