// The same types through `require`.
import aig = require('aigateway-cli');

export const report = async (): Promise<aig.Report> => (await aig.plan('.', { source: 'portkey' })).toJSON();
