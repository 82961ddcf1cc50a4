import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import { parseInput } from '../../server/validation';
import { pageOf } from '../paging';
import type { AlarmBook, AlarmModel } from './alarms';
import {
  type AlarmDefinition,
  deleteAlarmsInput,
  describeAlarmsInput,
  putMetricAlarmInput,
  setAlarmStateInput,
} from './inputs';

const PAGES = { defaultSize: 50, maxSize: 100, tokenError: 'InvalidNextToken' };

/** PutMetricAlarm, DescribeAlarms, SetAlarmState and DeleteAlarms. */
export function alarmOperations(context: ApiContext, book: AlarmBook): ApiService['operations'] {
  const arnOf = (name: unknown) => `arn:aws:cloudwatch:${context.region}:${context.account}:alarm:${name}`;
  const operation = (
    name: string,
    resources: ApiOperation['resources'],
    run: ApiOperation['run'],
  ): ApiOperation => ({ iamAction: `cloudwatch:${name}`, resources, run });
  return {
    PutMetricAlarm: operation(
      'PutMetricAlarm',
      (input) => [arnOf(input.AlarmName)],
      (input) => {
        book.put(checked(parseInput(putMetricAlarmInput, input, 'ValidationError')));
        return {};
      },
    ),
    DescribeAlarms: operation(
      'DescribeAlarms',
      (input) => (input.AlarmNames as readonly string[] | undefined)?.map(arnOf) ?? [arnOf('*')],
      (input) => describe(book, input),
    ),
    SetAlarmState: operation(
      'SetAlarmState',
      (input) => [arnOf(input.AlarmName)],
      (input) => {
        const asked = parseInput(setAlarmStateInput, input, 'ValidationError');
        const alarm = book.get(asked.AlarmName);
        if (alarm === undefined)
          throw new ApiError('ResourceNotFound', `No alarm is named ${asked.AlarmName}.`, 404);
        book.setState(alarm, asked.StateValue, asked.StateReason, asked.StateReasonData);
        return {};
      },
    ),
    DeleteAlarms: operation(
      'DeleteAlarms',
      (input) => (input.AlarmNames as readonly string[] | undefined)?.map(arnOf) ?? [arnOf('*')],
      (input) => {
        for (const name of parseInput(deleteAlarmsInput, input, 'ValidationError').AlarmNames)
          book.delete(name);
        return {};
      },
    ),
  };
}

function checked(definition: AlarmDefinition): AlarmDefinition {
  const refuse = (message: string): never => {
    throw new ApiError('ValidationError', message);
  };
  const isSingle = definition.MetricName !== undefined;
  if (isSingle === definition.Metrics.length > 0) refuse('Give either MetricName or Metrics.');
  if (isSingle && (definition.Namespace === undefined || definition.Period === undefined))
    refuse('An alarm on one metric needs Namespace and Period.');
  if (isSingle && (definition.Statistic === undefined) === (definition.ExtendedStatistic === undefined))
    refuse('An alarm on one metric needs exactly one of Statistic and ExtendedStatistic.');
  if (!isSingle && definition.Metrics.filter(({ ReturnData }) => ReturnData).length !== 1)
    refuse('Exactly one element of the metrics list must have ReturnData set to true.');
  if ((definition.DatapointsToAlarm ?? 1) > definition.EvaluationPeriods)
    refuse('DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
  return definition;
}

function describe(book: AlarmBook, input: Record<string, unknown>) {
  const asked = parseInput(describeAlarmsInput, input, 'ValidationError');
  const isAsked = ({ definition, state }: AlarmModel) =>
    (asked.AlarmNames === undefined || asked.AlarmNames.includes(definition.AlarmName)) &&
    (asked.AlarmNamePrefix === undefined || definition.AlarmName.startsWith(asked.AlarmNamePrefix)) &&
    (asked.StateValue === undefined || state === asked.StateValue) &&
    (asked.AlarmTypes === undefined || asked.AlarmTypes.includes('MetricAlarm'));
  const page = pageOf(book.all().filter(isAsked), asked.NextToken, asked.MaxRecords, PAGES);
  return { MetricAlarms: page.items.map(renderAlarm), CompositeAlarms: [], NextToken: page.nextToken };
}

/** The alarm as DescribeAlarms shows it. */
export function renderAlarm(alarm: AlarmModel) {
  const { Tags: _tags, Metrics, ...definition } = alarm.definition;
  return {
    AlarmArn: alarm.arn,
    ...definition,
    ...(Metrics.length === 0 ? {} : { Metrics, Dimensions: undefined }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.updatedAt),
    StateValue: alarm.state,
    StateReason: alarm.stateReason,
    StateReasonData: alarm.stateReasonData,
    StateUpdatedTimestamp: new Date(alarm.stateUpdatedAt),
    StateTransitionedTimestamp: new Date(alarm.stateUpdatedAt),
  };
}
