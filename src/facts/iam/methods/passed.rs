//! Methods that pass a role to a service, which then does what it is told with the role's rights.

use super::service::*;
use super::{Kind, Method, PASS, Published, table};

pub(super) const METHODS: &[Method] = table! {
    "pass-ec2-run" [PASS, "ec2:RunInstances"] Pass(EC2), Rhino("CreateEC2WithExistingIP"):
        "新しいインスタンスにロールを渡す" / "starts a new instance with the role";
    "pass-ec2-spot" [PASS, "ec2:RequestSpotInstances"] Pass(EC2), Later:
        "スポットインスタンスにロールを渡す" / "requests a spot instance with the role";
    "pass-ec2-spot-fleet" [PASS, "ec2:RequestSpotFleet"] Pass(EC2), Later:
        "スポットフリートにロールを渡す" / "requests a spot fleet with the role";
    "pass-ec2-fleet" [PASS, "ec2:CreateLaunchTemplate", "ec2:CreateFleet"] Pass(EC2), Later:
        "フリートの起動テンプレートにロールを渡す" / "starts a fleet from a template with the role";
    "pass-ec2-profile" [PASS, "ec2:AssociateIamInstanceProfile"] Pass(EC2), Later:
        "既存のインスタンスにロールを付ける" / "gives an instance the role";
    "pass-ec2-replace-profile" [PASS, "ec2:ReplaceIamInstanceProfileAssociation"] Pass(EC2), Later:
        "既存のインスタンスのロールを替える" / "replaces the role of an instance";
    "pass-instance-profile-role" [PASS, "iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"] Pass(EC2), Later:
        "使われているインスタンスプロファイルのロールを替える" / "replaces the role in an instance profile that is in use";
    "pass-autoscaling" [PASS, "autoscaling:CreateAutoScalingGroup"] Pass(EC2), Later:
        "Auto Scaling グループにロールを渡す" / "makes an Auto Scaling group with the role";
    "pass-launch-configuration" [PASS, "autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup"] Pass(EC2), Later:
        "Auto Scaling の起動設定にロールを渡す" / "gives an Auto Scaling group a launch configuration with the role";
    "pass-launch-template" [PASS, "ec2:CreateLaunchTemplateVersion"] Pass(EC2), Later:
        "起動テンプレートの新しい版にロールを渡す" / "writes a launch template version with the role";
    "pass-image-builder" [PASS, "imagebuilder:CreateInfrastructureConfiguration", "imagebuilder:CreateImage"] Pass(EC2), Later:
        "Image Builder にロールを渡す" / "builds an image on an instance with the role";
    "pass-beanstalk" [PASS, "elasticbeanstalk:CreateEnvironment"] Pass(EC2), Later:
        "Elastic Beanstalk 環境にロールを渡す" / "makes a Beanstalk environment with the role";
    "pass-emr" [PASS, "elasticmapreduce:RunJobFlow"] Pass(EC2), Later:
        "EMR クラスターにロールを渡す" / "starts an EMR cluster with the role";
    "pass-emr-serverless" [PASS, "emr-serverless:StartJobRun"] Pass("emr-serverless.amazonaws.com"), Later:
        "EMR Serverless のジョブにロールを渡す" / "runs an EMR Serverless job with the role";
    "pass-lambda-invoke" [PASS, "lambda:CreateFunction", "lambda:InvokeFunction"] Pass(LAMBDA), Rhino("PassExistingRoleToNewLambdaThenInvoke"):
        "新しい Lambda 関数にロールを渡して呼ぶ" / "makes a Lambda function with the role and invokes it";
    "pass-lambda-event" [PASS, "lambda:CreateFunction", "lambda:CreateEventSourceMapping"] Pass(LAMBDA), Rhino("PassExistingRoleToNewLambdaThenTriggerWithExistingDynamo"):
        "新しい Lambda 関数にロールを渡し、イベントで動かす" / "makes a Lambda function with the role and has an event run it";
    "pass-lambda-dynamo" [PASS, "lambda:CreateFunction", "lambda:CreateEventSourceMapping", "dynamodb:CreateTable", "dynamodb:PutItem"] Pass(LAMBDA), Rhino("PassExistingRoleToNewLambdaThenTriggerWithNewDynamo"):
        "新しい Lambda 関数にロールを渡し、新しい表で動かす" / "makes a Lambda function with the role and has a new table run it";
    "pass-lambda-permission" [PASS, "lambda:CreateFunction", "lambda:AddPermission"] Pass(LAMBDA), Later:
        "新しい Lambda 関数にロールを渡し、他者に呼ばせる" / "makes a Lambda function with the role and lets another invoke it";
    "pass-lambda-url" [PASS, "lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"] Pass(LAMBDA), Later:
        "新しい Lambda 関数にロールを渡し、URL で呼ぶ" / "makes a Lambda function with the role and a URL";
    "pass-lambda-reconfigure" [PASS, "lambda:UpdateFunctionConfiguration"] Pass(LAMBDA), Later:
        "既存の Lambda 関数のロールを替える" / "replaces the role of a Lambda function";
    "pass-glue-endpoint" [PASS, "glue:CreateDevEndpoint"] Pass(GLUE), Rhino("PassExistingRoleToNewGlueDevEndpoint"):
        "Glue 開発エンドポイントにロールを渡す" / "makes a Glue development endpoint with the role";
    "pass-glue-job" [PASS, "glue:CreateJob", "glue:StartJobRun"] Pass(GLUE), Later:
        "Glue ジョブにロールを渡して動かす" / "makes a Glue job with the role and starts it";
    "pass-glue-job-trigger" [PASS, "glue:CreateJob", "glue:CreateTrigger"] Pass(GLUE), Later:
        "Glue ジョブにロールを渡し、トリガーで動かす" / "makes a Glue job with the role and a trigger";
    "pass-glue-update-job" [PASS, "glue:UpdateJob", "glue:StartJobRun"] Pass(GLUE), Later:
        "既存の Glue ジョブのロールと内容を替える" / "gives a Glue job the role and another script";
    "pass-glue-update-job-trigger" [PASS, "glue:UpdateJob", "glue:CreateTrigger"] Pass(GLUE), Later:
        "既存の Glue ジョブのロールを替え、トリガーで動かす" / "gives a Glue job the role and a trigger";
    "pass-glue-session" [PASS, "glue:CreateSession", "glue:RunStatement"] Pass(GLUE), Later:
        "Glue の対話セッションにロールを渡す" / "opens a Glue session with the role";
    "pass-databrew" [PASS, "databrew:CreateRecipeJob", "databrew:StartJobRun"] Pass("databrew.amazonaws.com"), Later:
        "DataBrew のジョブにロールを渡す" / "runs a DataBrew job with the role";
    "pass-cloudformation" [PASS, "cloudformation:CreateStack"] Pass(STACKS), Rhino("PassExistingRoleToCloudFormation"):
        "新しいスタックにロールを渡す" / "makes a stack with the role";
    "pass-cloudformation-update" [PASS, "cloudformation:UpdateStack"] Pass(STACKS), Later:
        "既存のスタックにロールを渡す" / "updates a stack with the role";
    "pass-cloudformation-change" [PASS, "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"] Pass(STACKS), Later:
        "変更セットにロールを渡す" / "runs a change set with the role";
    "pass-cloudformation-stack-set" [PASS, "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"] Pass(STACKS), Later:
        "スタックセットにロールを渡す" / "makes a stack set with the role";
    "pass-cloud-control" [PASS, "cloudformation:CreateResource"] Pass(STACKS), Later:
        "Cloud Control にロールを渡す" / "makes a resource by Cloud Control with the role";
    "pass-datapipeline" [PASS, "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"] Pass(PIPELINES), Rhino("PassExistingRoleToNewDataPipeline"):
        "新しい Data Pipeline にロールを渡す" / "makes a data pipeline with the role";
    "pass-sagemaker-notebook" [PASS, "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"] Pass(SAGEMAKER), Rhino("PassExistingRoleToNewSageMakerNotebook"):
        "新しい SageMaker ノートブックにロールを渡す" / "opens a new SageMaker notebook with the role";
    "pass-sagemaker-training" [PASS, "sagemaker:CreateTrainingJob"] Pass(SAGEMAKER), Later:
        "SageMaker の学習ジョブにロールを渡す" / "runs a SageMaker training job with the role";
    "pass-sagemaker-processing" [PASS, "sagemaker:CreateProcessingJob"] Pass(SAGEMAKER), Later:
        "SageMaker の処理ジョブにロールを渡す" / "runs a SageMaker processing job with the role";
    "pass-sagemaker-tuning" [PASS, "sagemaker:CreateHyperParameterTuningJob"] Pass(SAGEMAKER), Later:
        "SageMaker の調整ジョブにロールを渡す" / "runs a SageMaker tuning job with the role";
    "pass-sagemaker-studio" [PASS, "sagemaker:CreateUserProfile", "sagemaker:CreatePresignedDomainUrl"] Pass(SAGEMAKER), Later:
        "SageMaker Studio の利用者にロールを渡す" / "opens SageMaker Studio with the role";
    "pass-sagemaker-endpoint" [PASS, "sagemaker:CreateModel", "sagemaker:CreateEndpointConfig", "sagemaker:CreateEndpoint"] Pass(SAGEMAKER), Later:
        "SageMaker のモデルにロールを渡す" / "hosts a SageMaker model with the role";
    "pass-sagemaker-pipeline" [PASS, "sagemaker:CreatePipeline", "sagemaker:StartPipelineExecution"] Pass(SAGEMAKER), Later:
        "SageMaker パイプラインにロールを渡す" / "runs a SageMaker pipeline with the role";
    "pass-codestar" [PASS, "codestar:CreateProject"] Pass("codestar.amazonaws.com"), Rhino("PassExistingRoleToNewCodeStarProject"):
        "CodeStar プロジェクトにロールを渡す" / "makes a CodeStar project with the role";
    "pass-codebuild" [PASS, "codebuild:CreateProject", "codebuild:StartBuild"] Pass(BUILD), Later:
        "新しい CodeBuild にロールを渡して動かす" / "makes a CodeBuild project with the role and starts it";
    "pass-codebuild-update" [PASS, "codebuild:UpdateProject", "codebuild:StartBuild"] Pass(BUILD), Later:
        "既存の CodeBuild のロールを替えて動かす" / "gives a CodeBuild project the role and starts it";
    "pass-codebuild-batch" [PASS, "codebuild:CreateProject", "codebuild:StartBuildBatch"] Pass(BUILD), Later:
        "新しい CodeBuild にロールを渡し、一括に動かす" / "makes a CodeBuild project with the role and starts a batch";
    "pass-codepipeline" [PASS, "codepipeline:CreatePipeline"] Pass(CODEPIPELINE), Later:
        "新しい CodePipeline にロールを渡す" / "makes a pipeline with the role";
    "pass-amplify" [PASS, "amplify:CreateApp", "amplify:CreateBranch", "amplify:StartJob"] Pass("amplify.amazonaws.com"), Later:
        "Amplify のビルドにロールを渡す" / "builds an Amplify app with the role";
    "pass-ecs-run" [PASS, "ecs:RegisterTaskDefinition", "ecs:RunTask"] Pass(TASKS), Later:
        "新しい ECS タスク定義にロールを渡して動かす" / "registers an ECS task with the role and runs it";
    "pass-ecs-start" [PASS, "ecs:RegisterTaskDefinition", "ecs:StartTask"] Pass(TASKS), Later:
        "新しい ECS タスク定義にロールを渡して起動する" / "registers an ECS task with the role and starts it";
    "pass-ecs-service" [PASS, "ecs:RegisterTaskDefinition", "ecs:CreateService"] Pass(TASKS), Later:
        "新しい ECS サービスにロールを渡す" / "makes an ECS service with the role";
    "pass-ecs-update-service" [PASS, "ecs:RegisterTaskDefinition", "ecs:UpdateService"] Pass(TASKS), Later:
        "既存の ECS サービスにロールを渡す" / "gives an ECS service a task with the role";
    "pass-ecs-override" [PASS, "ecs:RunTask"] Pass(TASKS), Later:
        "ECS タスクをロールと命令を上書きして動かす" / "runs an ECS task, overriding its role and its command";
    "pass-batch" [PASS, "batch:RegisterJobDefinition", "batch:SubmitJob"] Pass(TASKS), Later:
        "Batch のジョブ定義にロールを渡す" / "registers a Batch job with the role and submits it";
    "pass-states" [PASS, "states:CreateStateMachine", "states:StartExecution"] Pass(STATES), Later:
        "新しいステートマシンにロールを渡して動かす" / "makes a state machine with the role and starts it";
    "pass-states-update" [PASS, "states:UpdateStateMachine", "states:StartExecution"] Pass(STATES), Later:
        "既存のステートマシンのロールを替えて動かす" / "gives a state machine the role and starts it";
    "pass-states-test" [PASS, "states:TestState"] Pass(STATES), Later:
        "ステートの試験にロールを渡す" / "tests a state with the role";
    "pass-events" [PASS, "events:PutRule", "events:PutTargets"] Pass("events.amazonaws.com"), Later:
        "EventBridge の規則にロールを渡す" / "makes an EventBridge rule with the role";
    "pass-scheduler" [PASS, "scheduler:CreateSchedule"] Pass("scheduler.amazonaws.com"), Later:
        "EventBridge Scheduler にロールを渡す" / "makes a schedule with the role";
    "pass-scheduler-update" [PASS, "scheduler:UpdateSchedule"] Pass("scheduler.amazonaws.com"), Later:
        "既存のスケジュールにロールを渡す" / "gives a schedule the role";
    "pass-pipes" [PASS, "pipes:CreatePipe"] Pass("pipes.amazonaws.com"), Later:
        "EventBridge Pipes にロールを渡す" / "makes a pipe with the role";
    "pass-apprunner" [PASS, "apprunner:CreateService"] Pass(APPRUNNER), Later:
        "App Runner サービスにロールを渡す" / "makes an App Runner service with the role";
    "pass-ssm-automation" [PASS, "ssm:StartAutomationExecution"] Pass(SSM), Later:
        "SSM の自動化にロールを渡す" / "runs an SSM automation with the role";
    "pass-ssm-window" [PASS, "ssm:RegisterTaskWithMaintenanceWindow"] Pass(SSM), Later:
        "SSM のメンテナンスウィンドウにロールを渡す" / "registers a maintenance task with the role";
    "pass-ssm-activation" [PASS, "ssm:CreateActivation"] Pass(SSM), Later:
        "手元の機器を登録し、ロールを渡す" / "registers a machine of its own with the role";
    "pass-config-remediation" [PASS, "config:PutRemediationConfigurations", "config:StartRemediationExecution"] Pass(SSM), Later:
        "Config の修復にロールを渡す" / "runs a Config remediation with the role";
    "pass-agentcore-interpreter" [PASS, "bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"] Pass(AGENTS), Later:
        "Bedrock のコードインタープリターにロールを渡す" / "makes a Bedrock code interpreter with the role";
    "pass-agentcore-runtime" [PASS, "bedrock-agentcore:CreateAgentRuntime", "bedrock-agentcore:InvokeAgentRuntime"] Pass(AGENTS), Later:
        "Bedrock のエージェント実行環境にロールを渡す" / "makes a Bedrock agent runtime with the role";
    "pass-cognito" [PASS, "cognito-identity:SetIdentityPoolRoles"] Pass(COGNITO), Later:
        "Cognito ID プールのロールを替える" / "gives a Cognito identity pool the role";
    "pass-roles-anywhere" [PASS, "rolesanywhere:CreateTrustAnchor", "rolesanywhere:CreateProfile"] Pass("rolesanywhere.amazonaws.com"), Later:
        "自分の認証局を信頼させ、Roles Anywhere でロールを得る" / "makes its own authority trusted by Roles Anywhere for the role";
    "pass-roles-anywhere-update" [PASS, "rolesanywhere:UpdateTrustAnchor", "rolesanywhere:UpdateProfile"] Pass("rolesanywhere.amazonaws.com"), Later:
        "Roles Anywhere の信頼する認証局とロールを替える" / "changes the authority and the role of Roles Anywhere";
    "pass-iot-alias" [PASS, "iot:CreateRoleAlias", "iot:CreateKeysAndCertificate", "iot:AttachPolicy"] Pass(IOT), Later:
        "IoT のロールエイリアスにロールを渡す" / "makes an IoT role alias for the role";
    "pass-eks-pod" [PASS, "eks:CreatePodIdentityAssociation"] Pass(PODS), Later:
        "EKS の Pod にロールを渡す" / "gives an EKS pod the role";
    "pass-airflow" [PASS, "airflow:CreateEnvironment"] Pass(AIRFLOW), Later:
        "Airflow 環境にロールを渡す" / "makes an Airflow environment with the role";
    "pass-flink" [PASS, "kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"] Pass(FLINK), Later:
        "Flink アプリケーションにロールを渡す" / "runs a Flink application with the role";
    "pass-appsync" [PASS, "appsync:CreateDataSource", "appsync:CreateResolver"] Pass("appsync.amazonaws.com"), Later:
        "AppSync のデータソースにロールを渡し、AWS の API を呼ぶ" / "has an AppSync data source call AWS with the role";
    "pass-apigateway" [PASS, "apigateway:PUT"] Pass("apigateway.amazonaws.com"), Later:
        "API Gateway の統合にロールを渡し、AWS の API を呼ぶ" / "has an API Gateway integration call AWS with the role";
    "pass-fis" [PASS, "fis:CreateExperimentTemplate", "fis:StartExperiment"] Pass("fis.amazonaws.com"), Later:
        "障害注入の実験にロールを渡す" / "runs a fault injection experiment with the role";
    "pass-braket" [PASS, "braket:CreateJob"] Pass("braket.amazonaws.com"), Later:
        "Braket のジョブにロールを渡す" / "runs a Braket job with the role";
    "pass-omics" [PASS, "omics:CreateWorkflow", "omics:StartRun"] Pass("omics.amazonaws.com"), Later:
        "HealthOmics のワークフローにロールを渡す" / "runs a HealthOmics workflow with the role";
    "pass-appstream" [PASS, "appstream:CreateImageBuilder", "appstream:CreateImageBuilderStreamingURL"] Pass("appstream.amazonaws.com"), Later:
        "AppStream の機器にロールを渡す" / "opens an AppStream machine with the role";
    "pass-gamelift" [PASS, "gamelift:CreateFleet"] Pass("gamelift.amazonaws.com"), Later:
        "GameLift のフリートにロールを渡す" / "runs a GameLift fleet with the role";
};
