/** The port this service listens on; `port` of yelb-ui in platform.yaml must be the same. */
export const LISTEN_PORT = 8080;
