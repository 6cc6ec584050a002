//! Methods that take over what a service runs with a role already.

use super::service::*;
use super::{Kind, Method, Published, table};

pub(super) const METHODS: &[Method] = table! {
    "lambda-update-code" ["lambda:UpdateFunctionCode"] TakeOver(LAMBDA), Rhino("EditExistingLambdaFunctionWithRole"):
        "既存の Lambda 関数のコードを書き換える" / "replaces the code of a Lambda function that has the role";
    "lambda-update-layers" ["lambda:UpdateFunctionConfiguration"] TakeOver(LAMBDA), Later:
        "既存の Lambda 関数にレイヤーを加える" / "adds a layer to a Lambda function that has the role";
    "ssm-send-command" ["ssm:SendCommand"] TakeOver(EC2), Later:
        "ロールを持つインスタンスで命令を実行する" / "runs a command on an instance that has the role";
    "ssm-start-session" ["ssm:StartSession"] TakeOver(EC2), Later:
        "ロールを持つインスタンスにセッションを開く" / "opens a session on an instance that has the role";
    "ssm-resume-session" ["ssm:ResumeSession"] TakeOver(EC2), Later:
        "ロールを持つインスタンスのセッションを再開する" / "resumes a session on an instance that has the role";
    "ssm-association" ["ssm:CreateAssociation"] TakeOver(EC2), Later:
        "ロールを持つインスタンスに SSM の関連付けを作る" / "makes an SSM association that runs on an instance with the role";
    "ssm-update-association" ["ssm:UpdateAssociation"] TakeOver(EC2), Later:
        "SSM の関連付けを書き換え、ロールを持つインスタンスで動かす" / "changes an SSM association that runs on an instance with the role";
    "ec2-instance-connect" ["ec2-instance-connect:SendSSHPublicKey"] TakeOver(EC2), Later:
        "ロールを持つインスタンスに SSH 鍵を送る" / "sends an SSH key to an instance that has the role";
    "ec2-serial-console" ["ec2-instance-connect:SendSerialConsoleSSHPublicKey"] TakeOver(EC2), Later:
        "ロールを持つインスタンスのシリアルコンソールに入る" / "enters the serial console of an instance that has the role";
    "ec2-user-data" ["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"] TakeOver(EC2), Later:
        "ロールを持つインスタンスのユーザーデータを書き換える" / "rewrites the user data of an instance that has the role";
    "codedeploy-deployment" ["codedeploy:CreateDeployment"] TakeOver(EC2), Later:
        "ロールを持つインスタンスに配備する" / "deploys to an instance that has the role";
    "beanstalk-update" ["elasticbeanstalk:UpdateEnvironment"] TakeOver(EC2), Later:
        "Elastic Beanstalk 環境の版を替える" / "changes what a Beanstalk environment runs with the role";
    "emr-add-steps" ["elasticmapreduce:AddJobFlowSteps"] TakeOver(EC2), Later:
        "EMR クラスターに処理を加える" / "adds a step to an EMR cluster whose instances have the role";
    "glue-update-endpoint" ["glue:UpdateDevEndpoint"] TakeOver(GLUE), Rhino("UpdateExistingGlueDevEndpoint"):
        "Glue 開発エンドポイントに SSH 鍵を加える" / "adds an SSH key to a Glue development endpoint";
    "glue-run-statement" ["glue:RunStatement"] TakeOver(GLUE), Later:
        "Glue の対話セッションで文を実行する" / "runs a statement in a Glue session that has the role";
    "cloudformation-update" ["cloudformation:UpdateStack"] TakeOver(STACKS), Later:
        "ロールを持つスタックのテンプレートを替える" / "changes the template of a stack that has the role";
    "cloudformation-change-set" ["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"] TakeOver(STACKS), Later:
        "ロールを持つスタックに変更セットを実行する" / "runs a change set on a stack that has the role";
    "cloudformation-stack-set" ["cloudformation:UpdateStackSet"] TakeOver(STACKS), Later:
        "ロールを持つスタックセットのテンプレートを替える" / "changes the template of a stack set that has the role";
    "sagemaker-presigned" ["sagemaker:CreatePresignedNotebookInstanceUrl"] TakeOver(SAGEMAKER), Later:
        "既存の SageMaker ノートブックを開く" / "opens a SageMaker notebook that has the role";
    "sagemaker-presigned-domain" ["sagemaker:CreatePresignedDomainUrl"] TakeOver(SAGEMAKER), Later:
        "既存の SageMaker Studio を開く" / "opens a SageMaker Studio domain that has the role";
    "sagemaker-lifecycle" ["sagemaker:CreateNotebookInstanceLifecycleConfig", "sagemaker:UpdateNotebookInstance", "sagemaker:StopNotebookInstance", "sagemaker:StartNotebookInstance"] TakeOver(SAGEMAKER), Later:
        "SageMaker ノートブックの起動時の処理を書き換える" / "changes what a SageMaker notebook runs as it starts";
    "codebuild-start" ["codebuild:StartBuild"] TakeOver(BUILD), Later:
        "既存の CodeBuild を別の buildspec で動かす" / "starts a CodeBuild project with another buildspec";
    "codebuild-batch" ["codebuild:StartBuildBatch"] TakeOver(BUILD), Later:
        "既存の CodeBuild を別の buildspec で一括に動かす" / "starts a batch of a CodeBuild project with another buildspec";
    "codepipeline-update" ["codepipeline:UpdatePipeline"] TakeOver(CODEPIPELINE), Later:
        "既存の CodePipeline の段を書き換える" / "changes the stages of a pipeline that has the role";
    "ecs-exec" ["ecs:ExecuteCommand"] TakeOver(TASKS), Later:
        "動いている ECS タスクで命令を実行する" / "runs a command in an ECS task that has the role";
    "batch-submit" ["batch:SubmitJob"] TakeOver(TASKS), Later:
        "既存の Batch 定義を別の命令で動かす" / "submits a Batch job with another command";
    "states-update" ["states:UpdateStateMachine"] TakeOver(STATES), Later:
        "ステートマシンの定義を書き換える" / "rewrites a state machine that has the role";
    "datapipeline-update" ["datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"] TakeOver(PIPELINES), Later:
        "既存の Data Pipeline を書き換えて動かす" / "rewrites a data pipeline that has the role";
    "apprunner-update" ["apprunner:UpdateService"] TakeOver(APPRUNNER), Later:
        "App Runner サービスのコードを替える" / "changes the code of an App Runner service";
    "agentcore-invoke" ["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"] TakeOver(AGENTS), Later:
        "Bedrock のコードインタープリターでコードを実行する" / "runs code in a Bedrock code interpreter that has the role";
    "cognito-developer" ["cognito-identity:GetOpenIdTokenForDeveloperIdentity"] TakeOver(COGNITO), Later:
        "Cognito ID プールの開発者認証で任意の ID になる" / "becomes any identity of a Cognito pool that has the role";
    "airflow-login" ["airflow:CreateWebLoginToken"] TakeOver(AIRFLOW), Later:
        "Airflow の画面に入る" / "enters the Airflow that has the role";
    "airflow-cli" ["airflow:CreateCliToken"] TakeOver(AIRFLOW), Later:
        "Airflow に命令を送る" / "commands the Airflow that has the role";
    "flink-update" ["kinesisanalytics:UpdateApplication"] TakeOver(FLINK), Later:
        "Flink アプリケーションのコードを替える" / "changes the code of a Flink application";
    "eks-access" ["eks:CreateAccessEntry", "eks:AssociateAccessPolicy"] TakeOver(PODS), Later:
        "EKS クラスターの管理者になり、ロールを持つ Pod に入る" / "becomes administrator of an EKS cluster and enters a pod that has the role";
    "iot-certificate" ["iot:CreateKeysAndCertificate", "iot:AttachPolicy"] TakeOver(IOT), Later:
        "IoT の証明書を作り、ロールエイリアスの認証情報を得る" / "makes an IoT certificate and gets the credentials of a role alias";
    "servicecatalog-artifact" ["servicecatalog:CreateProvisioningArtifact", "servicecatalog:ProvisionProduct"] TakeOver(CATALOG), Later:
        "Service Catalog の製品を書き換え、起動ロールで配る" / "rewrites a product that is launched with the role";
};
