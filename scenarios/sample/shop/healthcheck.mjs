/** Whether the shop listens: until it does, its tasks are not ready and get no traffic. */
import { connect } from 'node:net';

connect(Number(process.env.PORT), process.env.HOST)
  .on('connect', () => process.exit(0))
  .on('error', () => process.exit(1));
