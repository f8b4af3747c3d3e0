import { stringify } from 'yaml';

export interface AlertManagerInput {
  /** May be a token: it is written as it is. */
  readonly topicArn: string;
  readonly region: string;
  readonly cell: string;
}

/** AMP's alert manager: every alert goes to one topic, pages again after an hour, tickets after a day. */
export function alertManagerDefinition({ topicArn, region, cell }: AlertManagerInput): string {
  const configuration = {
    route: {
      receiver: 'topic',
      group_by: ['alertname', 'workload'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '24h',
      routes: [{ matchers: ['severity="page"'], receiver: 'topic', repeat_interval: '1h' }],
    },
    receivers: [
      {
        name: 'topic',
        sns_configs: [
          {
            topic_arn: topicArn,
            sigv4: { region },
            send_resolved: true,
            subject: `${cell}: {{ .Status }} {{ .CommonLabels.alertname }}`,
            message: '{{ range .Alerts }}{{ .Status }} {{ .Labels.severity }}: {{ .Annotations.summary }}\n{{ end }}',
          },
        ],
      },
    ],
  };
  return stringify(
    { alertmanager_config: stringify(configuration, { lineWidth: 0 }) },
    { lineWidth: 0, blockQuote: 'literal' },
  );
}
