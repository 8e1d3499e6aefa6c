export * from './urls.mjs';
export { gatewayKey as key } from './keys.mjs';
