export { COMMIT, type Fault, type HubServer, type Served, startHub } from '../../../test/hub-server';
